#if Web
    /// The description of the API that the server serves at `/api/openapi.json`.
    enum OpenAPI {
        static let document = """
            {"openapi":"3.1.0","info":{"title":"Perforin","version":"0.1.0","description":"Simulated patients. Research and education only: not medical advice."},
            "components":{"securitySchemes":{"token":{"type":"apiKey","in":"header","name":"X-Perforin-Token"}},
            "schemas":{"Error":{"type":"object","properties":{"error":{"type":"string"}},"required":["error"]},
            "ModelRun":{"type":"object","required":["text","duration","steps"],"properties":{"text":{"type":"string","description":"SBML or Antimony"},"duration":{"type":"number","exclusiveMinimum":0},"steps":{"type":"integer","minimum":1,"maximum":10000}}},
            "Infection":{"type":"object","required":["age","inoculum","first_day","days","t_cells","antibody","interferon","steroid"],"properties":{"age":{"type":"number"},"inoculum":{"type":"number","description":"TCID50 per mL"},"first_day":{"type":"number"},"second_day":{"type":"number"},"vaccine_day":{"type":"number"},"vaccine_ug":{"type":"number"},"days":{"type":"number"},"t_cells":{"type":"boolean"},"antibody":{"type":"boolean"},"interferon":{"type":"boolean"},"steroid":{"type":"number","minimum":0,"maximum":1}}},
            "Patient":{"type":"object","required":["cancer","sex","diameter_mm","age","weight_kg","ecog","pdl1_pct","tmb","days","twins","seed"],"properties":{"cancer":{"type":"string"},"therapy":{"type":"string"},"therapies":{"type":"array","minItems":1,"maxItems":4,"items":{"type":"string"}},"sex":{"enum":["female","male"]},"diameter_mm":{"type":"number"},"age":{"type":"number"},"weight_kg":{"type":"number"},"ecog":{"type":"number"},"pdl1_pct":{"type":"number"},"tmb":{"type":"number"},"days":{"type":"number"},"twins":{"type":"integer"},"seed":{"type":"integer"}}}}},
            "paths":{
            "/api/catalogue":{"get":{"summary":"Cancers and agents","responses":{"200":{"description":"ids, names, schedules"}}}},
            "/api/modules":{"get":{"summary":"Modules of the built-in biology","responses":{"200":{"description":"ids, meanings, sizes"}}}},
            "/api/modules/{id}":{"get":{"summary":"One module: equations, parameters, sources","parameters":[{"name":"id","in":"path","required":true,"schema":{"type":"string"}}],"responses":{"200":{"description":"equations and parameters"},"404":{"description":"no such module"}}}},
            "/api/infection":{"post":{"summary":"A respiratory virus in a healthy person","security":[{"token":[]}],"requestBody":{"required":true,"content":{"application/json":{"schema":{"$ref":"#/components/schemas/Infection"}}}},"responses":{"200":{"description":"time courses, one episode per contact"},"400":{"description":"a value out of range"}}}},
            "/api/models/run":{"post":{"summary":"Run a model sent as text","security":[{"token":[]}],"requestBody":{"required":true,"content":{"application/json":{"schema":{"$ref":"#/components/schemas/ModelRun"}}}},"responses":{"200":{"description":"time course"},"422":{"description":"what is wrong, with places"}}}},
            "/api/simulate":{"post":{"summary":"Treat up to 256 twins of a patient","security":[{"token":[]}],"requestBody":{"required":true,"content":{"application/json":{"schema":{"$ref":"#/components/schemas/Patient"}}}},"responses":{"200":{"description":"time courses with bands, outcomes"},"422":{"description":"what is wrong"}}}},
            "/api/jobs/cohort":{"post":{"summary":"The same for up to 20,000 twins, as a job","security":[{"token":[]}],"requestBody":{"required":true,"content":{"application/json":{"schema":{"$ref":"#/components/schemas/Patient"}}}},"responses":{"202":{"description":"id of the job"},"503":{"description":"too many jobs wait"}}}},
            "/api/jobs/{id}/events":{"get":{"summary":"Progress as server-sent events","parameters":[{"name":"id","in":"path","required":true,"schema":{"type":"string"}}],"responses":{"200":{"description":"text/event-stream"}}}},
            "/api/jobs/{id}/result":{"get":{"summary":"Result of a finished job","parameters":[{"name":"id","in":"path","required":true,"schema":{"type":"string"}}],"responses":{"200":{"description":"as of the request"},"404":{"description":"none yet"}}}},
            "/api/jobs/{id}":{"delete":{"summary":"Stop a job","security":[{"token":[]}],"parameters":[{"name":"id","in":"path","required":true,"schema":{"type":"string"}}],"responses":{"204":{"description":"stopped"}}}}}}
            """
    }
#endif
