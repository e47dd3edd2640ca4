"""The program by which a host registers its runner, and asks whether Gitea still knows it."""

PROGRAM = "/usr/local/sbin/factory-runner"

PROGRAM_TEXT = """\
#!/bin/sh
# factory-runner check FILE INSTANCE NAME        say whether Gitea knows the registration in FILE
# factory-runner register FILE INSTANCE NAME     get one, and keep it in FILE
# Standard input is what Gitea is told, as JSON. No secret is ever an argument.
set -eu
verb=$1 file=$2 instance=$3 name=$4
api=$instance/api/actions/runner.v1.RunnerService
umask 077
answer=$(mktemp) || exit 1
trap 'rm -f -- "$answer"' EXIT

field() { # NAME FILE
    tr -d '\\n' <"$2" | sed -n "s/.*\\"$1\\" *: *\\"*\\([A-Za-z0-9._:\\/-]*\\).*/\\1/p"
}

called() { # METHOD BODY; standard input is settings of curl
    code=$(curl --silent --show-error --config - --max-time 20 --output "$answer" --write-out '%{http_code}' \\
        --header 'Content-Type: application/json' --data-binary "@$2" "$api/$1") || {
        echo "Gitea at $instance gave no answer: what it knows of this runner could not be asked" >&2
        exit 1
    }
}

if [ "$verb" = check ]; then
    [ -s "$file" ] || { echo none; exit; }
    [ "$(field address "$file") $(field name "$file")" = "$instance $name" ] || { echo lost; exit; }
    told=$(mktemp)
    trap 'rm -f -- "$answer" "$told"' EXIT
    cat >"$told"
    called Declare "$told" <<END
header = "x-runner-uuid: $(field uuid "$file")"
header = "x-runner-token: $(field token "$file")"
END
    if [ "$code" = 200 ]; then
        [ "$(stat -c %a -- "$file")" = 600 ] || { echo exposed; exit; }
        echo registered
    elif grep -q 'unregistered runner' "$answer"; then
        echo lost
    else
        echo "Gitea at $instance answered $code, and not whether it knows this runner" >&2
        exit 1
    fi
    exit
fi

told=$(mktemp)
trap 'rm -f -- "$answer" "$told"' EXIT
cat >"$told"
called Register "$told" </dev/null
if [ "$code" != 200 ]; then
    echo "Gitea at $instance refused the registration ($code): $(tr -d '\\n' <"$answer" | cut -c 1-300)" >&2
    exit 1
fi
uuid=$(field uuid "$answer") token=$(field token "$answer")
[ -n "$uuid" ] && [ -n "$token" ] || { echo "Gitea at $instance: expected uuid and token, found others" >&2; exit 1; }
new=$file.new
printf '{"id": %s, "uuid": "%s", "name": "%s", "token": "%s", "address": "%s", "labels": []}\\n' \\
    "$(field id "$answer")" "$uuid" "$name" "$token" "$instance" >"$new"
sync -- "$new"
mv -fT -- "$new" "$file"
sync -- "$(dirname "$file")"
"""
