using SuperMail.Dispatch.Testing;

namespace SuperMail.Dispatch.Tests.Smtp.Deep;

/// <summary>Messages to r0, r1, r2 and so on in deep flights, and rules about one of them.</summary>
internal static class DeepBed
{
    public static SmtpBed Start(bool enhanced = true) =>
        SmtpBed.Start(WireMode.Deep, options => options.EnhancedStatusCodes = enhanced);

    public static TestMail[] Many(int count) => SmtpBed.Mails([.. Enumerable.Range(0, count).Select(static i => $"r{i}")]);

    /// <summary>A command that names it.</summary>
    public static Func<ReceivedCommand, bool> For(string name) => c => c.Argument.Contains($"{name}@", StringComparison.Ordinal);

    /// <summary>The content that it would get.</summary>
    public static Func<ReceivedCommand, bool> ContentFor(string name) => c => c.Recipients.Any(r => r.StartsWith($"{name}@", StringComparison.Ordinal));
}
