using Platform.Enrollment.Placement;
using Platform.Enrollment.RulePacks;

namespace Platform.Enrollment.Waitlist;

/// <summary>What the waitlist consists of.</summary>
internal static class WaitlistServices
{
    public static void AddWaitlist(this IServiceCollection services)
    {
        services.AddSingleton<WaitlistOffers>();
        services.AddSingleton<WaitlistReturns>();
        services.AddSingleton<WaitlistWorker>();
        services.AddHostedService(provider => provider.GetRequiredService<WaitlistWorker>());
        services.AddSingleton<IDecisionRule>(WaitlistPriority.Instance);
        services.AddSingleton<IDecisionRule>(WaitlistReturn.Instance);
        services.AddSingleton<IDecisionRule>(OfferHold.Instance);
    }
}
