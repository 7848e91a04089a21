"""Files of schedules: what is run when, read from YAML, and what cron expressions and time zones mean."""
