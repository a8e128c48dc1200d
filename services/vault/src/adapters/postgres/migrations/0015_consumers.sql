-- Which consumers there are: their streams can't be listed without a look at all streams. From now on the log's own writes say it.
CREATE TABLE consumers (consumer text NOT NULL PRIMARY KEY);

INSERT INTO consumers (consumer)
SELECT substr(stream, length('consumer-') + 1) FROM streams WHERE version = 1 AND starts_with(stream, 'consumer-');
