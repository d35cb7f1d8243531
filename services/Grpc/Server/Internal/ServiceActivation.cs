using System.Diagnostics.CodeAnalysis;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>An object made for one call. One that the application registered belongs to its container; any other is made
/// here with the call's services and disposed of after the call.</summary>
[SuppressMessage("Performance", "CA1815:Override equals and operator equals on value types", Justification = "Never compared.")]
internal readonly struct ServiceActivation<T>
    where T : class
{
    private readonly bool _created;

    private ServiceActivation(T instance, bool created)
    {
        Instance = instance;
        _created = created;
    }

    public T Instance { get; }

    /// <summary>Whether the instance is to be disposed of here.</summary>
    public bool NeedsRelease => _created && Instance is IDisposable or IAsyncDisposable;

    public static ServiceActivation<T> Registered(T instance) => new(instance, created: false);

    public static ServiceActivation<T> Created(T instance) => new(instance, created: true);

    public ValueTask ReleaseAsync()
    {
        if (_created && Instance is IAsyncDisposable asyncDisposable)
        {
            return asyncDisposable.DisposeAsync();
        }

        if (_created && Instance is IDisposable disposable)
        {
            disposable.Dispose();
        }

        return default;
    }
}
