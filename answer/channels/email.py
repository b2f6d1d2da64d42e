"""E-mail: salutation, body, complimentary close."""

from __future__ import annotations

from answer.base import CHANNELS, Channel, Phrases

CHANNELS.register("email")(
    Channel(
        name="email",
        separator="\n\n",
        phrases={
            "zh": Phrases(
                greeting="尊敬的客户：\n\n您好！感谢您的来信。",
                apology="对于给您带来的不便，我们深表歉意。",
                lead_steps="请按以下步骤操作：",
                closing="如有其他问题，欢迎随时回复本邮件。\n\n此致\n敬礼\n\n客户服务部",
            ),
            "en": Phrases(
                greeting="Dear customer,\n\nThank you for writing to us.",
                apology="We apologise for the inconvenience.",
                lead_steps="Please follow these steps:",
                closing="If you have any other questions, please reply to this message.\n\n"
                "Kind regards,\nCustomer Service",
            ),
        },
        characters={"zh": 500, "en": 1200},
    )
)
