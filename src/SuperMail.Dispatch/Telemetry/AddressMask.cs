namespace SuperMail.Dispatch.Telemetry;
internal static class AddressMask { public static string Mask(string text) => text; }
