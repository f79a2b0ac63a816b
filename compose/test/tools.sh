# shellcheck shell=bash disable=SC2154 # what run.sh sets
# Sourced by run.sh once the core is up: what can be had of tools.yml without its images, which is the static sites and
# the database of NocoDB.
echo "tools"
loudly "NOT CHECKED: NocoDB, code-server and the image of Strudel, and nothing of ai-local.yml, since their images can be had nowhere here"
export SITES_PORT=${SITES_PORT:-18306}
with_tools() { docker compose -f compose.yaml -f stack-test.yml -f tools.yml "$@"; }
mkdir -p sites/site.test sites/outside
echo here >sites/site.test/index.html
echo hidden | tee sites/site.test/.env >sites/outside/index.html
check "the server of static sites comes up" with_tools up --detach --wait --wait-timeout 90 --no-deps sites
# shows HOST PATH STATUS
shows() {
  [ "$(curl -sS -m 5 --path-as-is -o "$work/site" -w '%{http_code}' -H "Host: $1" "http://127.0.0.1:$SITES_PORT$2" | tee /dev/stderr)" = "$3" ]
}
check "a domain's folder is its page" shows site.test / 200
check "and that is what was put there" grep -q here "$work/site"
check "with a port in its name as well" shows site.test:443 / 200
check "what begins with a dot is not shown" shows site.test /.env 404
check "nor is another folder, by the path" shows site.test /../outside/index.html 404
check "nor by the name" shows ../outside / 400
for name in .. . outside Site.test site..test -; do
  check "'$name' is the name of no site" shows "$name" / 404
done
check "a domain without a folder has no page" shows other.test / 404
check "the server is not root, and its root is read-only" with_tools exec -T sites sh -c '[ "$(id -u)" -ne 0 ] && ! touch /here'

check "NocoDB gets a role and a database" with_tools run --rm --no-TTY nocodb-database
check "as often as it is run" with_tools run --rm --no-TTY nocodb-database
by_address() { # ADDRESS SQL
  with_tools exec -T postgres psql --no-psqlrc -tA -v ON_ERROR_STOP=1 "${1/@postgres:/@127.0.0.1:}" -c "$2"
}
nocodb=$(cat secrets/nocodb-postgres-url)
check "the role makes tables there" by_address "$nocodb" 'CREATE TABLE t (a int); DROP TABLE t'
refused "it does not come to Ruche's database" by_address "${nocodb%/nocodb}/ruche" 'SELECT 1'
embed=$(cat secrets/embed-service-postgres-url)
refused "nor does a service of Ruche come to its" by_address "${embed%/ruche}/nocodb" 'SELECT 1'
