namespace SuperMail.Dispatch.RealServers.Tests.Servers;

/// <summary>What becomes of somebody who needs a server that is not there: the case says that it did not run.</summary>
internal static class Missing
{
    public static Exception Because(string reason) => new Comparison.NotRunException(reason);
}
