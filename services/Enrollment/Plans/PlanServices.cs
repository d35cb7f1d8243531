using Platform.Enrollment.RulePacks;

namespace Platform.Enrollment.Plans;

/// <summary>What treatment plans need to run.</summary>
internal static class PlanServices
{
    /// <summary>Adds the rules, the schedule and the worker of treatment plans.</summary>
    public static IServiceCollection AddPlans(this IServiceCollection services)
    {
        services.AddSingleton<PlanScheduleRule>();
        services.AddSingleton<IDecisionRule>(provider => provider.GetRequiredService<PlanScheduleRule>());
        services.AddSingleton<PlanSignersRule>();
        services.AddSingleton<IDecisionRule>(provider => provider.GetRequiredService<PlanSignersRule>());
        services.AddSingleton<PlanSchedule>();
        services.AddSingleton<PlanPassWorker>();
        services.AddHostedService(provider => provider.GetRequiredService<PlanPassWorker>());
        return services;
    }
}
