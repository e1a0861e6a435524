# The file tools against the host's.
umask 022
mkdir -p a/b/c; touch a/x a/b/y a/b/c/z; find a; find a -type f; find a -name 'y'; find a -type d -empty
echo text > a/x; cp a/x a/w; cat a/w; cp -r a copy; find copy | sort
mv a/w a/v; ls a; mv a/v copy; ls copy; ls -1 a; ls -d a
ln -s x a/link; ls -F a; cat a/link; ln a/x a/hard; cat a/hard
rm a/hard; rm -r copy; ls; rm nofile; echo $?; rm -f nofile; echo $?; rmdir a; echo $?; rm a; echo $?
chmod 600 a/x; ls -l a/x | cut -c 1-10; chmod u+x,g=r,o-rwx a/x; ls -l a/x | cut -c 1-10
chmod a+w a/x; ls -l a/x | cut -c 1-10
mkdir m; rmdir m; ls -d m; echo $?; mkdir a; echo $?
dd if=/dev/zero of=zeros bs=1k count=4 status=none; wc -c < zeros
printf abcdef > d; printf XY | dd of=d bs=1 seek=2 conv=notrunc status=none; cat d; echo
dd if=d bs=1 skip=2 count=2 status=none; echo
cp nofile x; echo $?; cat nofile; echo $?; find a -type f -exec echo found {} \;; find a -name z -delete; find a -name z
touch -c never; ls never; echo $?; ls -a a; find a -maxdepth 1 -type d; find a ! -name x -type f
test -d a && echo directory; test -L a/link && echo symbolic; test -s d && echo filled; test a/x -ef a/link && echo same
