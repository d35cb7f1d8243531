namespace Grpc.Net.Client.Configuration;

/// <summary>Settings for the methods that <see cref="Names"/> lists.</summary>
public sealed class MethodConfig
{
    /// <summary>The methods meant. A name may occur only once in a <see cref="ServiceConfig"/>.</summary>
    public IList<MethodName> Names { get; } = [];

    /// <summary>How failed calls are tried again; <see langword="null"/> means that they are not.</summary>
    public RetryPolicy? RetryPolicy { get; set; }
}
