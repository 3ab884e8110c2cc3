"""提醒: what an organisation has to look at."""
