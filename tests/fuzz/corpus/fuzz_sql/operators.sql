CREATE OR REFRESH STREAMING TABLE t (k INT PRIMARY KEY, x TEXT) AS SELECT
 CASE WHEN a BETWEEN 1 AND 2 THEN b::INT % 3 ELSE -1 END AS k, /* c */
 concat_ws(',', `a`, 'b\u0041' || r'\s', regexp_replace(b, '\\s+', '$0')) AS x
FROM STREAM s WHERE NOT (a IN (1, 1.5, 1e3, 1L) OR a LIKE 'x!%' ESCAPE '!') AND a <=> NULL;
