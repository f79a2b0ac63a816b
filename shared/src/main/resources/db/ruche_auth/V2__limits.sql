-- More limits beside {"rpm": 60}: rpd requests a day, tpm and tpd tokens a minute and a day,
-- concurrent requests, and money in nano-dollars (10^-9 USD) by calendar day and month. An absent
-- limit is no limit; unknown ones are left alone.
ALTER TABLE ruche_auth.api_key ADD CONSTRAINT api_key_limits_in_range CHECK (
    (NOT limits ? 'rpd' OR limits @? '$.rpd ? (@ >= 1 && @ <= 1000000000)')
    AND (NOT limits ? 'tpm' OR limits @? '$.tpm ? (@ >= 1 && @ <= 1000000000)')
    AND (NOT limits ? 'tpd' OR limits @? '$.tpd ? (@ >= 1 && @ <= 1000000000000)')
    AND (NOT limits ? 'concurrent' OR limits @? '$.concurrent ? (@ >= 1 && @ <= 100000)')
    AND (NOT limits ? 'nano_usd_per_day'
        OR limits @? '$.nano_usd_per_day ? (@ >= 1 && @ <= 1000000000000000)')
    AND (NOT limits ? 'nano_usd_per_month'
        OR limits @? '$.nano_usd_per_month ? (@ >= 1 && @ <= 1000000000000000)'));
