"""What people see: pages, charts, the survey form and the export. Values in, text out."""
