# Reads messages with Perl's Email::MIME: one base64 line in, one JSON line out, after the word "ready".
use strict;
use warnings;

use Email::Address::XS;
use Email::MIME;
use Encode ();
use JSON::PP ();
use MIME::Base64 ();

my $json = JSON::PP->new->utf8;

sub part {
  my ($message) = @_;
  my ($type, $charset) = $message->content_type =~ m{\A([^;\s]+)(?:.*\bcharset="?([^";\s]+))?}s;
  my @children = $message->subparts;
  return { type => $type, parts => [map { part($_) } @children] } if @children;

  my ($disposition) = ($message->header('Content-Disposition') // '') =~ /\A([a-z]+)/;
  return {
    type => $type,
    charset => $charset,
    disposition => $disposition,
    filename => $message->filename,
    cid => scalar $message->header('Content-ID'),
    parts => [],
    bytes => MIME::Base64::encode_base64($message->body, ''),
  };
}

sub mailboxes {
  my ($field) = @_;
  return [] unless defined $field;
  return [map { [Encode::decode('MIME-Header', $_->phrase // ''), $_->address] } Email::Address::XS->parse($field)];
}

$| = 1;
print "ready\n";
while (my $line = <STDIN>) {
  my $message = Email::MIME->new(MIME::Base64::decode_base64($line));
  my @pairs = $message->header_str_pairs;
  my @headers;
  while (my ($name, $value) = splice @pairs, 0, 2) {
    push @headers, [$name, $value];
  }
  print $json->encode({
    headers => \@headers,
    defects => [],
    to => mailboxes($message->header_raw('To')),
    from => mailboxes($message->header_raw('From')),
    root => part($message),
  }), "\n";
}
