"""排线: plan versions, the plan's page, its map, live progress, and what is handed out."""
