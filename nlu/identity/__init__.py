"""Who calls and whom they want: names, companies, introductions, this company's staff, addresses."""
