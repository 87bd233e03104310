// SBMLFormat
