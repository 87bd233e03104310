#if Web
    /// The description of the API that the server serves at `/api/openapi.json`.
    enum OpenAPI {
        static let document = """
            {"openapi":"3.1.0","info":{"title":"Perforin","version":"0.1.0","description":"Simulated patients. Research and education only: not medical advice."},
            "components":{"securitySchemes":{"token":{"type":"apiKey","in":"header","name":"X-Perforin-Token"}},
            "schemas":{"Error":{"type":"object","properties":{"error":{"type":"string"}},"required":["error"]},
            "ModelRun":{"type":"object","required":["text","duration","steps"],"properties":{"text":{"type":"string","description":"SBML or Antimony"},"duration":{"type":"number","exclusiveMinimum":0},"steps":{"type":"integer","minimum":1,"maximum":10000}}},
            "Patient":{"type":"object","required":["cancer","therapy","sex","diameter_mm","age","weight_kg","ecog","pdl1_pct","tmb","days","twins","seed"],"properties":{"cancer":{"type":"string"},"therapy":{"type":"string"},"sex":{"enum":["female","male"]},"diameter_mm":{"type":"number"},"age":{"type":"number"},"weight_kg":{"type":"number"},"ecog":{"type":"number"},"pdl1_pct":{"type":"number"},"tmb":{"type":"number"},"days":{"type":"number"},"twins":{"type":"integer"},"seed":{"type":"integer"}}}}},
            "paths":{
            "/api/catalogue":{"get":{"summary":"Cancers and agents","responses":{"200":{"description":"ids, names, schedules"}}}},
            "/api/models/run":{"post":{"summary":"Run a model sent as text","security":[{"token":[]}],"requestBody":{"required":true,"content":{"application/json":{"schema":{"$ref":"#/components/schemas/ModelRun"}}}},"responses":{"200":{"description":"time course"},"422":{"description":"what is wrong, with places"}}}},
            "/api/simulate":{"post":{"summary":"Treat up to 256 twins of a patient","security":[{"token":[]}],"requestBody":{"required":true,"content":{"application/json":{"schema":{"$ref":"#/components/schemas/Patient"}}}},"responses":{"200":{"description":"time courses with bands, outcomes"},"422":{"description":"what is wrong"}}}},
            "/api/jobs/cohort":{"post":{"summary":"The same for up to 20,000 twins, as a job","security":[{"token":[]}],"requestBody":{"required":true,"content":{"application/json":{"schema":{"$ref":"#/components/schemas/Patient"}}}},"responses":{"202":{"description":"id of the job"},"503":{"description":"too many jobs wait"}}}},
            "/api/jobs/{id}/events":{"get":{"summary":"Progress as server-sent events","parameters":[{"name":"id","in":"path","required":true,"schema":{"type":"string"}}],"responses":{"200":{"description":"text/event-stream"}}}},
            "/api/jobs/{id}/result":{"get":{"summary":"Result of a finished job","parameters":[{"name":"id","in":"path","required":true,"schema":{"type":"string"}}],"responses":{"200":{"description":"as of the request"},"404":{"description":"none yet"}}}},
            "/api/jobs/{id}":{"delete":{"summary":"Stop a job","security":[{"token":[]}],"parameters":[{"name":"id","in":"path","required":true,"schema":{"type":"string"}}],"responses":{"204":{"description":"stopped"}}}}}}
            """
    }
#endif
