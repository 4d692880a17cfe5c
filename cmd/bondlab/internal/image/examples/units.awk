# The units of the numbered examples of a manual page of systemd: a mark
# "@@ PAGE-NUMBER PATH", and then the text of each. The path stands in the block's
# first line, as a comment or bare, else in the title of the example.

# plain undoes the escapes of roff.
function plain(text) {
  gsub(/\\f[BIR]|\\m\[[a-z]*\]|\\&/, "", text)
  gsub(/\\-/, "-", text)
  gsub(/\\ /, " ", text)
  gsub(/\\\*\(Aq/, "'", text)
  gsub(/\\e/, "\\", text)
  return text
}

function path(text) {
  sub(/^# /, "", text)
  return text ~ /^\/[^ ]*\.(link|netdev|network)$/ ? text : ""
}

/^\\fBExample\\ \\&/ {
  title = plain($0)
  number = title
  sub(/^Example /, "", number)
  sub(/\..*/, "", number)
  sub(/^Example [0-9]+\. /, "", title)
  next
}
/^\.nf$/ { first = number != ""; next }
/^\.fi$/ { inside = 0; next }
first {
  first = 0
  text = plain($0)
  place = path(text) != "" ? path(text) : path(title)
  inside = place != ""
  if (inside) print "@@ " page "-" number " " place
  if (path(text) != "" && text !~ /^#/) next
}
inside { print plain($0) }
