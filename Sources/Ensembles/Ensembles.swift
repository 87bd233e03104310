// Ensembles
