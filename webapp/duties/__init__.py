"""A driver's day on a phone: by link without a log-in, or under 今日任务."""
