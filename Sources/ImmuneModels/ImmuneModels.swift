// ImmuneModels
