"""Indicators (考核指标) for bureaus: targets as data, figures from what is there, their lists."""
