using System.Text;

namespace SuperMail.Dispatch.RealServers.Tests.Servers;

/// <summary>The files of a private Postfix: everything in one folder, nothing outside loopback, relaying nowhere.</summary>
internal static class PostfixConfiguration
{
    /// <summary>Who owns delivered mail: nobody.</summary>
    public const string MailOwner = "65534";

    /// <summary>What Postfix's own user must own below the queue's folder.</summary>
    public static readonly IReadOnlyList<string> QueueFolders =
        ["active", "bounce", "corrupt", "defer", "deferred", "flush", "hold", "incoming", "private", "public", "saved", "trace"];

    public static void Write(ServerFolder folder, int port, IReadOnlyDictionary<string, string> overrides)
    {
        var root = folder.Root;
        folder.Write("etc/master.cf", MasterCf(port));
        folder.Write("etc/main.cf", MainCf(root, overrides));
        folder.Write("etc/recipients", """
            /^bad-/     550 5.1.1 No such user here
            /^later-/   450 4.2.0 Try again later
            /^full-/    552 5.2.2 Mailbox full

            """);
        folder.Write("etc/contents", """
            /^nodata-/  554 5.7.1 No content for this one

            """);
        folder.Write("etc/headers", """
            /^Subject:.*refuse-this-content/   REJECT 5.7.1 Content refused

            """);
    }

    private static string MainCf(string root, IReadOnlyDictionary<string, string> overrides)
    {
        Dictionary<string, string> settings = new()
        {
            ["compatibility_level"] = "3.6",
            ["queue_directory"] = $"{root}/queue",
            ["data_directory"] = $"{root}/data",
            ["maillog_file"] = $"{root}/maillog",
            ["maillog_file_prefixes"] = root,
            ["myhostname"] = PostfixServer.HostName,
            ["mydestination"] = "",
            ["alias_maps"] = "",
            ["alias_database"] = "",
            ["inet_interfaces"] = "127.0.0.1",
            ["inet_protocols"] = "ipv4",
            ["mynetworks"] = "127.0.0.0/8",

            // Nothing leaves this machine, whoever asks.
            ["smtpd_relay_restrictions"] = "reject_unauth_destination",
            ["default_transport"] = "error:5.7.1 this server relays nowhere",
            ["relay_transport"] = "error:5.7.1 this server relays nowhere",
            ["local_transport"] = "error:5.7.1 no local delivery",
            ["relay_domains"] = "",
            ["relayhost"] = "",

            // Every recipient of the private domain has the same maildir.
            ["virtual_mailbox_domains"] = PostfixServer.Domain,
            ["virtual_mailbox_base"] = $"{root}/mail",
            ["virtual_mailbox_maps"] = "static:all/",
            ["virtual_uid_maps"] = $"static:{MailOwner}",
            ["virtual_gid_maps"] = $"static:{MailOwner}",
            ["smtpd_recipient_restrictions"] = $"check_recipient_access regexp:{root}/etc/recipients",
            ["smtpd_data_restrictions"] = $"check_recipient_access regexp:{root}/etc/contents",
            ["header_checks"] = $"regexp:{root}/etc/headers",

            ["smtpd_tls_security_level"] = "may",
            ["smtpd_tls_chain_files"] = $"{root}/etc/server.pem",
            ["smtputf8_enable"] = "yes",
            ["biff"] = "no",
        };
        foreach (var (name, value) in overrides)
        {
            settings[name] = value;
        }

        return settings.Aggregate(new StringBuilder(), (text, line) => text.Append(line.Key).Append(" = ").Append(line.Value).Append('\n')).ToString();
    }

    // No pickup: nobody submits through the sendmail command, and its setgid rules stay out of the way.
    private static string MasterCf(int port) => $"""
        127.0.0.1:{port} inet n - n - - smtpd
        cleanup   unix  n - n - 0 cleanup
        qmgr      unix  n - n 300 1 qmgr
        tlsmgr    unix  - - n 1000? 1 tlsmgr
        rewrite   unix  - - n - - trivial-rewrite
        bounce    unix  - - n - 0 bounce
        defer     unix  - - n - 0 bounce
        trace     unix  - - n - 0 bounce
        verify    unix  - - n - 1 verify
        flush     unix  n - n 1000? 0 flush
        proxymap  unix  - - n - - proxymap
        error     unix  - - n - - error
        retry     unix  - - n - - error
        discard   unix  - - n - - discard
        virtual   unix  - n n - - virtual
        anvil     unix  - - n - 1 anvil
        scache    unix  - - n - 1 scache
        postlog   unix-dgram n - n - 1 postlogd

        """;
}
