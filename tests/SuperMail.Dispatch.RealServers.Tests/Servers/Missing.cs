using Xunit.Sdk;

namespace SuperMail.Dispatch.RealServers.Tests.Servers;

/// <summary>What becomes of somebody who needs a server that is not there: its test is skipped, by this reason.</summary>
internal static class Missing
{
    public static Exception Because(string reason) => SkipException.ForSkip(reason);
}
