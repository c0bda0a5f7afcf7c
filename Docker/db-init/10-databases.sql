-- Runs once, on an empty volume: one logical database for each service.
CREATE DATABASE authservice;
CREATE DATABASE workflowmanagement;
CREATE DATABASE messagingservice;
CREATE DATABASE notificationservice;
CREATE DATABASE ticketmanagement;
