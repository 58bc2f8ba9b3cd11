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

Where theory has an exact answer, or a limit, Faultline is held to it. Every figure below is
measured by a test of `tests/theory/`, which fails when the formula is not within the 99.9 %
confidence interval of the simulation, or when that interval is too wide to tell. Intervals are by
Student's t over independent runs or over 30 batches of one run after its warm-up; for redelivery,
whose law is known, by the normal law. Seeds are fixed, so that the figures are the same wherever
the tests run. They were not chosen: `FAULTLINE_SEED_SHIFT=1` runs the tests with others, where one
figure in a thousand may miss its interval.

Services, balancers, retries, databases and queues are measured as users have them: whole
components, called over the network. *One station* is the queue inside every component, and
*Caching* begins with the table and the ring inside a cache.

This page is written by `./dev validation`; a test compares it with what was measured.
TEXT
  sort -u -t $'\t' -k1,1n -k2,3 "$rows" | awk -F '\t' '
    BEGIN {
      topic = -1
      split("One station|A service|Services that call each other|Load balancing|Retries|" \
            "Caching|Replication|Queues|Object stores|Failures and repairs|Names", topics, "|")
    }
    $1 != topic { topic = $1; printf "\n## %s\n", topics[topic + 1] }
    $2 != model {
      model = $2
      printf "\n### %s\n\nGiven: %s. Source: %s.\n\n", model, $4, $5
      print "| Quantity | Formula | Theory | Simulated | 99.9 % interval |"
      print "|---|---|---:|---:|---:|"
    }
    { printf "| %s | `%s` | %s | %s | ± %s |\n", $6, $7, $8, $9, $10 }'
  cat <<'TEXT'

## Sources

- Bailis et al., "Probabilistically bounded staleness for practical partial quorums", VLDB 5 (2012)
- Baskett, Chandy, Muntz, Palacios, "Open, closed, and mixed networks of queues with different
  classes of customers", JACM 22 (1975)
- Burke, "The output of a queuing system", Operations Research 4 (1956)
- Che, Tung, Wang, "Hierarchical web caching systems: modeling, design and experimental results",
  IEEE JSAC 20 (2002)
- Cobham, "Priority assignment in waiting line problems", Operations Research 2 (1954)
- Coffman, Denning, "Operating Systems Theory" (1973)
- Coffman, Muntz, Trotter, "Waiting time distributions for processor-sharing systems", JACM 17
  (1970)
- Crommelin, "Delay probability formulae", Post Office Electrical Engineers' Journal 26 (1934)
- David, Nagaraja, "Order Statistics" (2003)
- Erlang, "Solution of some problems in the theory of probabilities of significance in automatic
  telephone exchanges" (1917)
- Feller, "An Introduction to Probability Theory and Its Applications", vol. 1 (1968)
- Gelenbe, "A unified approach to the evaluation of a class of replacement algorithms", IEEE Trans.
  Computers 22 (1973)
- Jung, Berger, Balakrishnan, "Modeling TTL-based Internet caches", INFOCOM 2003
- Karger et al., "Consistent hashing and random trees", STOC 1997
- Khinchine, "Mathematical theory of a stationary queue", Matematicheskii Sbornik 39 (1932)
- King, "Analysis of demand paging algorithms", IFIP Congress 1971
- Kingman, "Two similar queues in parallel", Annals of Mathematical Statistics 32 (1961)
- Kleinrock, "Queueing Systems", vol. 1 (1975), vol. 2 (1976)
- Little, "A proof for the queuing formula L = lambda W", Operations Research 9 (1961)
- Mitzenmacher, "The power of two choices in randomized load balancing", IEEE TPDS 12 (2001)
- Mockapetris, "Domain names: concepts and facilities", RFC 1034 (1987)
- Pollaczek, "Über eine Aufgabe der Wahrscheinlichkeitstheorie", Mathematische Zeitschrift 32
  (1930)
- Reich, "Note on queues in tandem", Annals of Mathematical Statistics 34 (1963)
- Reiser, Lavenberg, "Mean-value analysis of closed multichain queuing networks", JACM 27 (1980)
- Sevastyanov, "An ergodic theorem for Markov processes and its application to telephone systems
  with refusals", Theory of Probability and Its Applications 2 (1957)
- Tijms, "A First Course in Stochastic Models" (2003)
- Vvedenskaya, Dobrushin, Karpelevich, "Queueing system with selection of the shortest of two
  queues: an asymptotic approach", Problems of Information Transmission 32 (1996)
TEXT
}

[ -s "$rows" ] || { echo "no rows in $rows: run the tests of theory first" >&2; exit 2; }
if [ $# -eq 1 ]; then
  page
elif ! page | diff -u "$2" -; then
  echo "$2 is out of date: ./dev validation writes it anew" >&2
  exit 1
fi
