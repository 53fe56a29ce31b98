"""Which of many people could enter which of many trials: facts in, verdicts out."""
