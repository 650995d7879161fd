using System.Xml;
using System.Xml.Linq;

namespace SuperMail.Dispatch.SmsGateways;

/// <summary>Reads XML from outside: no document type is obeyed, no entity resolved, no address fetched.</summary>
internal static class ProviderXml
{
    private static readonly XmlReaderSettings Safe = new() { DtdProcessing = DtdProcessing.Ignore, XmlResolver = null, MaxCharactersFromEntities = 1024 };

    /// <exception cref="XmlException">It is no XML.</exception>
    public static XElement Parse(ReadOnlyMemory<byte> body)
    {
        using var bytes = new MemoryStream(body.ToArray(), writable: false);
        using var reader = XmlReader.Create(bytes, Safe);
        return XElement.Load(reader);
    }

    /// <summary>The text of a child, whatever its letter case; null when there is none.</summary>
    public static string? Text(XElement element, string name) =>
        element.Elements().FirstOrDefault(e => Is(e, name))?.Value is { } text && text.Trim() is { Length: > 0 } some ? some : null;

    /// <summary>Every element of this name below.</summary>
    public static IEnumerable<XElement> All(XElement element, string name) => element.DescendantsAndSelf().Where(e => Is(e, name));

    private static bool Is(XElement element, string name) => element.Name.LocalName.Equals(name, StringComparison.OrdinalIgnoreCase);
}
