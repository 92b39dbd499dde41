"""What is read together: one feature service per consumer."""

from feast import FeatureService
from views import item_popularity, item_profile, user_behavior, user_intent

feed_v1 = FeatureService(
    name="feed_v1",
    features=[user_behavior, user_intent],
    description="What the feed reads of a person, in one call.",
)

training_v1 = FeatureService(
    name="training_v1",
    features=[user_behavior, user_intent, item_popularity, item_profile],
    description="What the ranking model is trained on.",
)
