using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;
using Platform.Shared.Errors;
using Platform.Shared.Security;

namespace Platform.Shared.Hosting;

/// <summary>What every process of the platform has.</summary>
public static class PlatformDefaults
{
    // The lowest of all settings: whatever is configured comes before them.
    private static readonly Dictionary<string, string?> LogLevels = new(StringComparer.Ordinal)
    {
        ["Logging:LogLevel:Default"] = "Information",
        ["Logging:LogLevel:Microsoft"] = "Warning",
        ["Logging:LogLevel:Microsoft.Hosting.Lifetime"] = "Information",
        // It warns of keys that are not kept; nothing here is protected with them.
        ["Logging:LogLevel:Microsoft.AspNetCore.DataProtection"] = "Error",
        ["Logging:LogLevel:System.Net.Http"] = "Warning",
        ["Logging:LogLevel:Grpc"] = "Warning",
        ["Logging:LogLevel:MassTransit"] = "Warning",
        ["Logging:LogLevel:Npgsql"] = "Warning",
        ["Logging:LogLevel:Yarp"] = "Warning",
    };

    /// <summary>
    /// Adds ports, options that are checked at start, logs, traces and metrics, health, gRPC with the platform's errors, and the
    /// check of tokens.
    /// </summary>
    /// <param name="builder">The process.</param>
    /// <param name="service">Its name, such as <c>enrollment</c>: in logs and traces, of its database and of its service identity.</param>
    public static WebApplicationBuilder AddPlatformDefaults(this WebApplicationBuilder builder, string service)
    {
        ((IConfigurationBuilder)builder.Configuration).Sources.Insert(0, new MemoryConfigurationSource { InitialData = LogLevels });
        builder.Configuration[$"{PlatformOptions.Section}:{nameof(PlatformOptions.Service)}"] = service;
        var services = builder.Services;
        services.TryAddSingleton(TimeProvider.System);
        services.AddOptions<PlatformOptions>().BindConfiguration(PlatformOptions.Section).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<PlatformOptions>, PlatformOptionsValidator>());
        // Read when the host is built, before the settings are checked and what is wrong with them can be said.
        if (int.TryParse(
            builder.Configuration[$"{PlatformOptions.Section}:{nameof(PlatformOptions.ShutdownSeconds)}"],
            CultureInfo.InvariantCulture,
            out var seconds))
        {
            services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(Math.Clamp(seconds, 0, 600)));
        }

        Endpoints.Use(builder.WebHost);

        builder.Logging.ClearProviders();
        builder.Logging.AddConsole(console => console.FormatterName = SafeConsoleFormatter.FormatterName)
            .AddConsoleFormatter<SafeConsoleFormatter, ConsoleFormatterOptions>();
        services.AddHostedService<Telemetry>();

        services.AddHealthChecks();
        services.AddSingleton(HealthVerb.Verb);
        services.AddGrpcHealthChecks();
        services.AddGrpcReflection();
        services.AddSingleton<DomainErrorInterceptor>();
        services.AddGrpc(grpc => grpc.Interceptors.Add<DomainErrorInterceptor>());
        services.AddProblemDetails();
        services.AddExceptionHandler<ProblemExceptionHandler>();
        return builder.AddPlatformAuthentication();
    }

    /// <summary>
    /// Maps <c>/health/live</c> (the process runs), <c>/health/ready</c> (so do the parts that it needs), <c>grpc.health.v1</c> and
    /// reflection, which outside Development asks for a token; and puts the error and token checks in front of all endpoints.
    /// </summary>
    public static WebApplication MapPlatformDefaults(this WebApplication app)
    {
        app.UseExceptionHandler();
        app.UseAuthentication();
        app.UseAuthorization();
        app.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = _ => false }).AllowAnonymous();
        app.MapHealthChecks("/health/ready").AllowAnonymous();
        app.MapGrpcHealthChecksService().AllowAnonymous();
        var reflection = app.MapGrpcReflectionService();
        if (app.Environment.IsDevelopment())
        {
            reflection.AllowAnonymous();
        }
        else
        {
            reflection.RequireAuthorization();
        }

        return app;
    }

    /// <summary>
    /// Serves until asked to stop, or does what the first argument names (<c>migrate</c>, <c>audit verify</c>, …). A process that
    /// cannot start says why in one line for each problem.
    /// </summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunPlatformAsync(this WebApplication app, string[] args)
    {
        await using (app)
        {
            try
            {
                Validate(app);
                if (args is [var verb, ..] && !verb.StartsWith('-'))
                {
                    return await RunVerbAsync(app, verb, args[1..]);
                }

                await app.RunAsync();
                return 0;
            }
            catch (OptionsValidationException e)
            {
                return Refuse(app, e.Failures);
            }
            catch (AggregateException e) when (e.InnerExceptions.All(inner => inner is OptionsValidationException))
            {
                return Refuse(app, e.InnerExceptions.Cast<OptionsValidationException>().SelectMany(inner => inner.Failures));
            }
            catch (StartRefusedException e)
            {
                return Refuse(app, [e.Message]);
            }
            catch (Exception e) when (StartFailure(e) is { } problem)
            {
                return Refuse(app, [problem]);
            }
        }
    }

    private static void Validate(WebApplication app)
    {
        try
        {
            app.Services.GetRequiredService<IStartupValidator>().Validate();
        }
        catch (InvalidOperationException e)
        {
            // A value that does not convert, such as a port that is no number; the message names the setting.
            throw new StartRefusedException(e.Message);
        }
    }

    private static async Task<int> RunVerbAsync(WebApplication app, string name, string[] arguments)
    {
        var verbs = app.Services.GetServices<Verb>().ToList();
        if (verbs.Find(verb => verb.Name == name) is not { } verb)
        {
            return Refuse(app, [$"There is no command {name}. Commands: {string.Join("; ", verbs.Select(known => known.Usage))}."]);
        }

        // Settings may be given beside the words of the command, as --Section:Name=value.
        var words = arguments.Where(argument => !argument.Contains('=', StringComparison.Ordinal)).ToList();
        var lifetime = app.Services.GetRequiredService<IHostApplicationLifetime>();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(lifetime.ApplicationStopping);
        ConsoleCancelEventHandler cancel = (_, e) =>
        {
            e.Cancel = true;
            stop.Cancel();
        };
        Console.CancelKeyPress += cancel;
        try
        {
            return await verb.RunAsync(app.Services, words, stop.Token);
        }
        finally
        {
            Console.CancelKeyPress -= cancel;
        }
    }

    /// <summary>Failures of a start that say what is wrong themselves: a port in use, a file or a folder that cannot be opened.</summary>
    private static string? StartFailure(Exception exception) => exception switch
    {
        IOException or UnauthorizedAccessException or System.Security.Cryptography.CryptographicException => exception.Message,
        DomainException or Npgsql.NpgsqlException => exception.Message,
        _ => null,
    };

    private static int Refuse(WebApplication app, IEnumerable<string> problems)
    {
        var service = app.Configuration[$"{PlatformOptions.Section}:{nameof(PlatformOptions.Service)}"];
        foreach (var problem in problems)
        {
            Console.Error.WriteLine($"{service}: {problem}");
        }

        return 1;
    }
}
