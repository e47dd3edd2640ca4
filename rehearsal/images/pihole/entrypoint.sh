#!/bin/bash
# Stand-in: the resolver of Debian behind the settings of Pi-hole v6 that the layer `dns` writes. A setting that it does
# not know ends it with the name, so that a mistyped one is found here and not in production, where it is ignored.
set -eu

refuse() {
    echo "stand-in: $1" >&2
    exit 1
}

lines() { # a list of Pi-hole, one entry a line
    [ -z "$1" ] || tr ';' '\n' <<<"$1"
}

for name in $(compgen -e FTLCONF_ || true); do
    case $name in
        FTLCONF_dns_upstreams | FTLCONF_dns_hosts | FTLCONF_misc_dnsmasq_lines | FTLCONF_webserver_port) ;;
        FTLCONF_dns_listeningMode) [ "${!name}" = ALL ] || refuse "$name: expected ALL, found ${!name}" ;;
        FTLCONF_dns_rateLimit_count | FTLCONF_dns_rateLimit_interval)
            [ "${!name}" = 0 ] || refuse "$name: expected 0, nothing limits here, found ${!name}" ;;
        FTLCONF_ntp_ipv4_active | FTLCONF_ntp_ipv6_active | FTLCONF_ntp_sync_active)
            [ "${!name}" = false ] || refuse "$name: expected false, there is no clock server here, found ${!name}" ;;
        *) refuse "$name: a setting that the layer dns is not known to write" ;;
    esac
done
[ -n "${WEBPASSWORD_FILE:-}" ] || refuse "WEBPASSWORD_FILE: expected the name of a secret, found none"
[ -s "/run/secrets/$WEBPASSWORD_FILE" ] || refuse "/run/secrets/$WEBPASSWORD_FILE: expected a password, found none"
[ -d /etc/pihole ] || refuse "/etc/pihole: expected a mounted folder, found none"

lines "${FTLCONF_dns_hosts:-}" >/run/local.hosts
{
    printf '%s\n' no-resolv no-hosts localise-queries bogus-priv cache-size=10000 user=nobody addn-hosts=/run/local.hosts
    echo host-record=pi.hole,127.0.0.1
    lines "${FTLCONF_dns_upstreams:-}" | sed 's/^/server=/'
    lines "${FTLCONF_misc_dnsmasq_lines:-}"
} >/run/dnsmasq.conf
dnsmasq --test --conf-file=/run/dnsmasq.conf
exec dnsmasq --keep-in-foreground --conf-file=/run/dnsmasq.conf --log-facility=-
