#!/usr/bin/env bash
# What the action does, in variables that action.yml sets: builds the dataset where there are logs,
# forecasts, and turns the exit code of the gate into that of the job.
set -uo pipefail

if [ -n "${LOGS:-}" ]; then
  embedllm build "$LOGS" --output "$DATA" || exit
fi

checks=()
while IFS= read -r check; do
  # Names may have spaces, as "computer science" has.
  [ -n "${check//[[:space:]]/}" ] && checks+=(--require "$check")
done <<<"$REQUIRE"
if [ "${#checks[@]}" -eq 0 ]; then
  echo '::error::The input require names no check, such as gsm8k>=0.8.'
  exit 2
fi

embedllm forecast --data "$DATA" --answers "$ANSWERS" --sample "$SAMPLE" "${checks[@]}" \
  --junit "$JUNIT" --summary "$GITHUB_STEP_SUMMARY"
code=$?
case "$code" in
  0) verdict=pass ;;
  1) verdict=fail ;;
  5) verdict=undecided ;;
  *) exit "$code" ;;
esac
echo "verdict=$verdict" >>"$GITHUB_OUTPUT"
if [ "$verdict" = undecided ] && [ "$ALLOW_UNDECIDED" = true ]; then
  echo '::warning::The gate is undecided: more answers are needed.'
  exit 0
fi
exit "$code"
