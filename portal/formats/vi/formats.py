# In the middle of a sentence, so in small letters: “ngày 30 tháng 11 năm 2026”.
DATE_FORMAT = r"\n\gà\y j \t\há\n\g n \nă\m Y"
DATETIME_FORMAT = r"H:i, \n\gà\y j \t\há\n\g n \nă\m Y"
