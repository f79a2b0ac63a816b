-- What a key may ask for in one request: {"models": ["openai/*"], "deny_models": ["*-preview"],
-- "max_input_tokens": 8000, "max_output_tokens": 1000}. What is absent is not restricted; unknown
-- names are left alone.
ALTER TABLE ruche_auth.api_key ADD COLUMN access jsonb NOT NULL DEFAULT '{}' CHECK (
    jsonb_typeof(access) = 'object'
    AND (NOT access ? 'models' OR jsonb_typeof(access -> 'models') = 'array')
    AND (NOT access ? 'deny_models' OR jsonb_typeof(access -> 'deny_models') = 'array')
    AND (NOT access ? 'max_input_tokens'
        OR access @? '$.max_input_tokens ? (@ >= 1 && @ <= 10000000)')
    AND (NOT access ? 'max_output_tokens'
        OR access @? '$.max_output_tokens ? (@ >= 1 && @ <= 10000000)'));
