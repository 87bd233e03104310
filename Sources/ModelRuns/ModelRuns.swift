// ModelRuns
