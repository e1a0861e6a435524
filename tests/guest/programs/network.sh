# httpd, wget, nc, the echo servers and the greeting pair over the loopback.
mkdir www; head -c 300000 /dev/urandom > www/big; echo page > www/index.html
httpd -p $PORT -a 127.0.0.1 -h www & server=$!
i=0; until nc -z 127.0.0.1 $PORT || [ $i = 50 ]; do sleep 0.1; i=$((i+1)); done
wget -q -O got http://127.0.0.1:$PORT/big; echo $?; cmp got www/big && echo same
wget -q -O - http://127.0.0.1:$PORT/
wget -q -O - http://127.0.0.1:$PORT/none; echo $?
printf 'GET / HTTP/1.0\r\n\r\n' | nc 127.0.0.1 $PORT | head -n 1 | tr -d '\r'
printf 'POST / HTTP/1.1\r\nHost: x\r\n\r\n' | nc 127.0.0.1 $PORT | head -n 1 | tr -d '\r'
printf 'GET /../x HTTP/1.1\r\nHost: x\r\n\r\n' | nc 127.0.0.1 $PORT | head -n 1 | tr -d '\r'
printf 'nonsense\r\n\r\n' | nc 127.0.0.1 $PORT | head -n 1 | tr -d '\r'
printf 'GET /index.html HTTP/1.1\r\nHost: x\r\nRange: bytes=1-2\r\nConnection: close\r\n\r\n' | nc 127.0.0.1 $PORT | tail -c 2; echo
for i in 1 2 3 4 5 6 7 8 9 10; do wget -q -O got$i http://127.0.0.1:$PORT/big & done
wait $!; sleep 1; for i in 1 2 3 4 5 6 7 8 9 10; do cmp got$i www/big || echo differs; done
kill $server; wait $server
nc -l 127.0.0.1 $PORT < /dev/null > heard & sleep 0.3
hogehoge 127.0.0.1 $PORT; wait $!; cat heard; echo
tcpecho $PORT 127.0.0.1 & echo=$!; sleep 0.3
head -c 100000 www/big > part; nc 127.0.0.1 $PORT < part > back; cmp part back && echo echoed
kill $echo; wait $echo
udpecho $PORT 127.0.0.1 & echo=$!; sleep 0.3
echo datagram | nc -u -w 1 127.0.0.1 $PORT
kill $echo; wait $echo
replyhi 127.0.0.1 $PORT > replies; sleep 0.3; hello 127.0.0.1 $PORT | tr -d '0-9.:'; hello 127.0.0.1 $PORT | wc -l
head -n 1 replies; grep -c 'send hi' replies
hello 127.0.0.1 1; echo $?
help | head -n 1 | cut -c 1-20
nslookup localhost | head -n 2 | tr -s ' '
printf 'version\nbad\nquit\n' | menu | tr -d '0-9.'
