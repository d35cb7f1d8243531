using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.DependencyInjection;
using Platform.Support;

namespace Platform.Support.Tests;

public sealed class FailOnErrorLogsTests
{
    [Fact]
    public void An_error_nobody_expected_fails_the_test()
    {
        var logs = new FailOnErrorLogs();
        LogWithAHost(logs, logger => logger.LogError(new InvalidOperationException("inner reason"), "Relay stopped"));

        var failure = Should.Throw<InvalidOperationException>(logs.Dispose);
        failure.Message.ShouldContain("Relay stopped");
        failure.Message.ShouldContain("inner reason");
    }

    [Fact]
    public void An_expected_error_and_a_warning_do_not()
    {
        using var logs = new FailOnErrorLogs();
        LogWithAHost(logs, logger =>
        {
            logger.LogWarning("Slow");
            logger.LogCritical("Broker {Name} is gone", "b1");
        });
        logs.Expect("Platform.Support.Tests", "Broker b1 is gone");
    }

    [Fact]
    public void An_expectation_for_another_category_does_not_cover_it()
    {
        var logs = new FailOnErrorLogs();
        LogWithAHost(logs, logger => logger.LogError("Broker is gone"));
        logs.Expect("Npgsql", "Broker is gone");

        logs.Unexpected.Count.ShouldBe(1);
    }

    [Fact]
    public void The_text_holds_values_and_scopes_that_the_message_leaves_out()
    {
        using var logs = new FailOnErrorLogs();
        LogWithAHost(logs, logger =>
        {
            using (logger.BeginScope(new Dictionary<string, object?> { ["Client"] = "Ada Example" }))
                logger.LogInformation("Admitted");
        });

        logs.Text.ShouldContain("Client=Ada Example");
    }

    private static void LogWithAHost(FailOnErrorLogs logs, Action<ILogger> log)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        logs.AddTo(builder.Logging);
        using var host = builder.Build();
        log(host.Services.GetRequiredService<ILogger<FailOnErrorLogsTests>>());
    }
}
