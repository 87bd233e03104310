// Survival
