namespace Platform.Gateway.Files;

/// <summary>Limits on file transfers. Configuration section <c>Gateway:Transfers</c>.</summary>
public sealed class TransferOptions
{
    /// <summary>Name of the configuration section.</summary>
    public const string Section = "Gateway:Transfers";

    /// <summary>Largest remittance file that is taken, in bytes.</summary>
    public long LargestRemittance { get; set; } = 256L * 1024 * 1024;

    /// <summary>How long a transfer may take.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromMinutes(10);
}
