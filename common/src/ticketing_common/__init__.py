"""Technical parts that the services share. Nothing here knows a ticket, a task or a role."""
