"""django-helpdesk as its manual installs it, to measure beside: a project of settings, routes and one agent."""
