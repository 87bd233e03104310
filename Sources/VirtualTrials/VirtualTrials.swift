// VirtualTrials
