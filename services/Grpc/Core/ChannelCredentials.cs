namespace Grpc.Core;

/// <summary>How a channel's connections are secured.</summary>
public abstract class ChannelCredentials
{
    /// <summary>No transport security: HTTP/2 in clear text.</summary>
    public static ChannelCredentials Insecure { get; } = new TransportCredentials(secure: false, call: null);

    /// <summary>TLS with the machine's trusted roots.</summary>
    public static ChannelCredentials SecureSsl { get; } = new TransportCredentials(secure: true, call: null);

    /// <summary>Whether connections use TLS.</summary>
    internal abstract bool IsSecure { get; }

    /// <summary>The credentials that every call on the channel carries, or null.</summary>
    internal abstract CallCredentials? CallCredentials { get; }

    /// <summary>Channel credentials whose every call carries the call credentials.</summary>
    /// <exception cref="ArgumentException">The channel is not secure: call credentials never travel in clear text.</exception>
    public static ChannelCredentials Create(ChannelCredentials channelCredentials, CallCredentials callCredentials)
    {
        ArgumentNullException.ThrowIfNull(channelCredentials);
        ArgumentNullException.ThrowIfNull(callCredentials);
        return channelCredentials is { IsSecure: true, CallCredentials: null }
            ? new TransportCredentials(secure: true, callCredentials)
            : throw new ArgumentException(
                $"CallCredentials can't be composed with {channelCredentials.GetType().Name}. CallCredentials must be used with secure channel credentials like SslCredentials.",
                nameof(channelCredentials));
    }

    private sealed class TransportCredentials(bool secure, CallCredentials? call) : ChannelCredentials
    {
        internal override bool IsSecure => secure;

        internal override CallCredentials? CallCredentials => call;
    }
}
