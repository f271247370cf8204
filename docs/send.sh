#!/usr/bin/env bash
# Sends files through a Dewdrop link with openssl, age and curl alone: the one-shot form of docs/format.md.
# Usage: send.sh LINK-FILE FILE...    The link is read from a file (or - for stdin), so that it is in no argument.
# It reads names from the files; questions stay unanswered. The receipt that it prints opens a reply too.
set -euo pipefail

link_file=$1; shift
link=$(cat -- "$link_file")
origin=${link%%/u#*}
fragment=${link##*#}
secret64=${fragment%%.*}
fingerprint64=${fragment##*.}
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT; umask 077

unb64() { local t=${1//-/+}; t=${t//_//}; while (( ${#t} % 4 )); do t+==; done; printf %s "$t" | openssl base64 -d -A; }
b64() { openssl base64 -A | tr '+/' '-_' | tr -d =; }
hex() { od -An -v -tx1 | tr -d ' \n'; }
unhex() { local i; for (( i = 0; i < ${#1}; i += 2 )); do printf "\\x${1:i:2}"; done; }
sha() { openssl dgst -sha256 -binary; }
pad() { # a key in hex, as a block of 64 bytes with every byte changed by $2
  local i byte; for (( i = 0; i < 128; i += 2 )); do byte=${1:i:2}; printf '%02x' $(( 0x${byte:-00} ^ $2 )); done
}
# HMAC-SHA256 of stdin and HKDF-SHA256 (empty salt, 32 bytes), of plain hashes: openssl takes keys only as arguments.
hmac() { { unhex "$(pad "$1" 0x5c)"; { unhex "$(pad "$1" 0x36)"; cat; } | sha; } | sha; }
hkdf() { { printf %s "$2"; printf '\001'; } | hmac "$(unhex "$1" | hmac "" | hex)"; }

secret=$(unb64 "$secret64" | hex)
auth=$(hkdf "$secret" dewdrop/v1/link-auth | b64)
printf 'header = "Authorization: Bearer %s"\n' "$auth" > "$work/bearer"
curl -fsS -K "$work/bearer" "$origin/api/link" > "$work/link.json"
field() { python3 -c 'import json,sys; print(json.load(open(sys.argv[1]))[sys.argv[2]])' "$work/link.json" "$1"; }
recipient=$(field recipient)
[ "$(printf %s "$recipient" | sha | head -c 16 | b64)" = "$fingerprint64" ] \
  || { echo "the server answers with a recipient that is not the link's: nothing was sent" >&2; exit 1; }

# The age recipient of a scalar in hex: the public half by openssl, written as Bech32.
x25519() { unhex "302e020100300506032b656e04220420$1" | openssl pkey -inform DER -pubout -outform DER | tail -c 32 | hex; }
recipient_of() {
  local key bits=0 held=0 words=() letters=qpzry9x8gf2tvdw0s3jn54khce6mua7l i word check=1
  # The generator of the checksum, and "age" as it goes into it.
  local generator=(0x3b6a57b2 0x26508e6d 0x1ea119fa 0x3d4233dd 0x2a1462b3) prefix=(3 3 3 0 1 7 5)
  key=$(x25519 "$1")
  for (( i = 0; i < 64; i += 2 )); do
    held=$(( (held << 8 | 0x${key:i:2}) & 0xfff )); bits=$(( bits + 8 ))
    while (( bits >= 5 )); do bits=$(( bits - 5 )); words+=($(( held >> bits & 31 ))); done
  done
  words+=($(( held << (5 - bits) & 31 )))
  for word in "${prefix[@]}" "${words[@]}" 0 0 0 0 0 0; do
    local top=$(( check >> 25 )); check=$(( (check & 0x1ffffff) << 5 ^ word ))
    for i in 0 1 2 3 4; do (( top >> i & 1 )) && check=$(( check ^ generator[i] )); done
  done
  for (( i = 25; i >= 0; i -= 5 )); do words+=($(( (check ^ 1) >> i & 31 ))); done
  printf age1; for word in "${words[@]}"; do printf %s "${letters:word:1}"; done
}

submission=$(openssl rand 16 | b64)
# Whoever holds the receipt reads the reply. WebKitGTK takes no key that begins with a zero byte.
while receipt=$(openssl rand 16 | hex); reply=$(hkdf "$receipt" dewdrop/v1/reply | hex)
  [ "$(x25519 "$reply" | head -c 2)" = 00 ]; do :; done
reply_to=$(recipient_of "$reply")
receipt_hash=$(hkdf "$receipt" dewdrop/v1/receipt-auth | sha | b64)
unb64 "$(field invitation)" > "$work/invitation"

form=(-F "id=$submission" -F "receipt_hash=$receipt_hash")
n=0; numbers=; entries=
for path in "$@"; do
  age -r "$recipient" -o "$work/$n" "$path"
  # S is the header, which ends with the line of the MAC, and 16 bytes of nonce.
  header=$(LC_ALL=C grep -abm1 '^--- ' "$work/$n" | head -n 1)
  start=$(( ${header%%:*} + $(printf %s "${header#*:}" | wc -c) + 1 + 16 ))
  head=$(head -c "$start" "$work/$n" | sha | b64)
  numbers+="${numbers:+,}\"$n\":$(stat -c %s "$work/$n")"
  name=$(python3 -c 'import json,os,sys; print(json.dumps(os.path.basename(sys.argv[1])))' "$path")
  entries+="${entries:+,}{\"n\":$n,\"head\":\"$head\",\"size\":$(stat -c %s "$path"),\"name\":$name,\"type\":\"application/octet-stream\",\"modified\":null,\"question\":null}"
  n=$(( n + 1 ))
done

invitation_hash=$(sha < "$work/invitation" | b64)
printf '{"v":1,"link":"%s","submission":"%s","invitation":"%s","sent_at":%s,"files":[%s],"answers":{},"consent":null,"sender":"","reply_to":"%s"}' \
  "$(field link)" "$submission" "$invitation_hash" "$(date +%s)" "$entries" "$reply_to" > "$work/manifest.json"
size=4096; while (( size < $(stat -c %s "$work/manifest.json") )); do size=$(( size * 2 )); done
printf "%-$(( size - $(stat -c %s "$work/manifest.json") ))s" "" >> "$work/manifest.json"
age -r "$recipient" -o "$work/manifest" "$work/manifest.json"

sender=$(hkdf "$secret" dewdrop/v1/link-sender | hex)
proof=$({ printf dewdrop/v1/commit; unb64 "$submission"; sha < "$work/manifest"; } | hmac "$sender" | b64)
form+=(-F "files={$numbers}" -F "manifest=@$work/manifest" -F "proof=$proof")
for (( i = 0; i < n; i++ )); do form+=(-F "file=@$work/$i"); done
curl -fsS -K "$work/bearer" "${form[@]}" "$origin/api/link/form"
echo
printf '%s/r#%s.%s\n' "$origin" "$(unhex "$receipt" | b64)" "$fingerprint64"
