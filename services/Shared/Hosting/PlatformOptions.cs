using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Platform.Shared.Hosting;

/// <summary>Settings under <c>Platform:</c>, the same for every process.</summary>
public sealed class PlatformOptions
{
    /// <summary>Name of the section.</summary>
    public const string Section = "Platform";

    /// <summary>Name of this process, such as <c>enrollment</c>; set by the program.</summary>
    public string Service { get; set; } = string.Empty;

    /// <summary>Port of gRPC: HTTP/2 without TLS (h2c), or with TLS when <see cref="TlsOptions.Enabled"/>.</summary>
    public int GrpcPort { get; set; } = 8081;

    /// <summary>Port of plain HTTP: health, and what the gateway serves to browsers.</summary>
    public int HttpPort { get; set; } = 8080;

    /// <summary>IP address that both ports listen on; empty for all.</summary>
    public string Address { get; set; } = string.Empty;

    /// <summary>TLS of both ports.</summary>
    public TlsOptions Tls { get; set; } = new();

    /// <summary>Folder of the embedded stores.</summary>
    public string DataDirectory { get; set; } = "data";

    /// <summary>Says that in Production an absent connection string is meant, and its part runs embedded.</summary>
    public bool Embedded { get; set; }

    /// <summary>PostgreSQL role of the services; <c>migrate</c> grants to it. It owns nothing and cannot bypass row-level security.</summary>
    public string ApplicationRole { get; set; } = "platform_app";

    /// <summary>
    /// How long a connection to another process takes new calls. An HTTP/2 connection stays with the replica that it was made to, so
    /// without an end to it, replicas that are added would get nothing.
    /// </summary>
    public TimeSpan ConnectionLifetime { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How long calls in flight may take to end after the process was asked to stop, in seconds; the host's default is 30.</summary>
    public int ShutdownSeconds { get; set; } = 30;
}

/// <summary>Settings under <c>Platform:Tls:</c>.</summary>
public sealed class TlsOptions
{
    /// <summary>Whether both ports speak TLS; with no paths here, the certificate is <c>Kestrel:Certificates:Default</c>.</summary>
    public bool Enabled { get; set; }

    /// <summary>PEM file of the certificate and its chain.</summary>
    public string CertificatePath { get; set; } = string.Empty;

    /// <summary>PEM file of the key.</summary>
    public string KeyPath { get; set; } = string.Empty;

    /// <summary>The certificate with its key; null when the files cannot be read as that.</summary>
    internal X509Certificate2? Load()
    {
        try
        {
            return X509Certificate2.CreateFromPemFile(CertificatePath, KeyPath);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            return null;
        }
    }
}
