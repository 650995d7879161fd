using System.Runtime.Versioning;

// The servers are Debian's. Elsewhere every test is skipped before it touches a file mode or a signal.
[assembly: UnsupportedOSPlatform("windows")]
