// AntimonyFormat
