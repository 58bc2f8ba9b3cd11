#!/usr/bin/env bash
# validation_page.sh ROWS: the page of docs/validation.md on stdout, from the rows that the tests of
# theory recorded. validation_page.sh ROWS PAGE: compares instead, and fails where PAGE is out of
# date.
set -euo pipefail
export LC_ALL=C
rows=$1

page() {
  cat <<'TEXT'
# Is it true?

Where queueing theory has an exact answer, or a limit, Faultline is held to it. Every figure below is
measured by a test of `tests/theory/`, which fails when the formula is not within the 99.9 %
confidence interval of the simulation, or when that interval is too wide to tell. Intervals are by
Student's t over independent runs or over 30 batches of one run after its first tenth; for
redelivery, whose law is known, by the normal law. Seeds are fixed, so that the figures are the same
wherever the tests run.

What is held is what users have: services, balancers, caches, databases and queues, called over
the network, most of it by a workload. Only the disciplines in *One station* are measured below
that, at the queue inside every component.

This page is written by `./dev validation`; a test compares it with what was measured.
TEXT
  sort -u -t $'\t' -k1,1n -k2,3 "$rows" | awk -F '\t' '
    BEGIN {
      split("One station|A service|Services that call each other|Load balancing|Retries|" \
            "Caching|Replication|Queues with redelivery", topics, "|")
    }
    $1 != topic { topic = $1; printf "\n## %s\n", topics[topic + 1] }
    $2 != model {
      model = $2
      printf "\n### %s\n\nGiven: %s. Source: %s.\n\n", model, $4, $5
      print "| Quantity | Formula | Theory | Simulated | 99.9 % interval |"
      print "|---|---|---:|---:|---:|"
    }
    { printf "| %s | `%s` | %s | %s | ± %s |\n", $6, $7, $8, $9, $10 }'
}

[ -s "$rows" ] || { echo "no rows in $rows: run the tests of theory first" >&2; exit 2; }
if [ $# -eq 1 ]; then
  page
elif ! page | diff -u "$2" -; then
  echo "$2 is out of date: ./dev validation writes it anew" >&2
  exit 1
fi
