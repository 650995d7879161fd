namespace SuperMail.Dispatch.Testing.Authentication;

/// <summary>The server's side of a SASL mechanism (RFC 4422), for one login.</summary>
internal interface IMechanism
{
    /// <summary>False when the server speaks first and an initial response is an error (RFC 4954 §4).</summary>
    bool TakesInitialResponse { get; }

    /// <summary>The first challenge when the client gave no initial response.</summary>
    MechanismStep Start();

    /// <summary>The answer to a response, decoded.</summary>
    MechanismStep Next(ReadOnlySpan<byte> response);
}
