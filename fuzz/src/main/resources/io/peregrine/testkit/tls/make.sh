#!/bin/sh
# Makes the stores beside it anew: sh make.sh. All of them have the password "changeit".
set -e
cd "$(dirname "$0")"
rm -f ./*.p12
P="-storetype PKCS12 -storepass changeit -noprompt"
KEY="-keyalg EC -groupname secp256r1"
LONG="-validity 36500"

authority() { # file, name
  keytool -genkeypair $P -keystore "$1-key.p12" -alias authority $KEY $LONG -dname "CN=$2" -ext bc:c -ext ku:c=keyCertSign
  keytool -exportcert -rfc $P -keystore "$1-key.p12" -alias authority > "$1.pem"
  keytool -importcert $P -keystore "$1.p12" -alias authority -file "$1.pem"
}

issued() { # file, authority, name, subject alternative names, validity
  keytool -genkeypair $P -keystore "$1.p12" -alias own $KEY $5 -dname "CN=$3"
  keytool -certreq $P -keystore "$1.p12" -alias own |
    keytool -gencert $P -keystore "$2-key.p12" -alias authority $5 ${4:+-ext san=$4} -rfc > own.pem
  keytool -importcert $P -keystore "$1.p12" -alias authority -file "$2.pem"
  keytool -importcert $P -keystore "$1.p12" -alias own -file own.pem
  keytool -delete $P -keystore "$1.p12" -alias authority
  rm own.pem
}

nodes=dns:localhost
for k in $(seq 1 250); do
  nodes="$nodes,ip:127.0.$k.1,ip:127.0.$k.2,ip:127.0.$k.3"
done

authority authority "Peregrine test authority"
authority other-authority "Another test authority"
issued server authority server "dns:localhost,dns:node1.peregrine.test,ip:127.0.0.1" "$LONG"
issued wrong-name authority elsewhere "dns:elsewhere.peregrine.test" "$LONG"
issued expired authority expired "dns:localhost,ip:127.0.0.1" "-startdate 2020/01/01 -validity 30"
issued client authority client "" "$LONG"
issued other-server other-authority server "dns:localhost,ip:127.0.0.1" "$LONG"
issued other-client other-authority client "" "$LONG"
issued nodes authority nodes "$nodes" "$LONG"
issued other-nodes other-authority nodes "$nodes" "$LONG"
rm ./*-key.p12 ./*.pem
keytool -importkeystore -srcstorepass changeit -srckeystore authority.p12 -destkeystore both-authorities.p12 $P -srcalias authority -destalias authority
keytool -importkeystore -srcstorepass changeit -srckeystore other-authority.p12 -destkeystore both-authorities.p12 $P -srcalias authority -destalias other
# As openssl makes it: the key encrypted, and its certificates.
openssl pkcs12 -in client.p12 -passin pass:changeit -nodes -nocerts |
  openssl pkcs8 -topk8 -v2 aes-256-cbc -v2prf hmacWithSHA256 -passout pass:changeit > client-encrypted.pem
openssl pkcs12 -in client.p12 -passin pass:changeit -nokeys >> client-encrypted.pem
