-- By which rule the rows of table `credentials` were made of the log. A vault that makes them otherwise has its migration make them anew: what it
-- learned to say is then said of credentials, too, to which nothing happens any more.
ALTER TABLE incarnation ADD COLUMN rows_made_by int NOT NULL DEFAULT 0;
